"""The parts of `benchmarks.labelling`: servers, studies made in bulk, and the crowd that asks them."""
