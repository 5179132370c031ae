"""Small CSV files for tests of reading."""

import gzip

TRUTH = "item,label\n1,cat\n2,dog\n3,dog\n"
LABELS = "item,annotator,label\n1,ann,cat\n1,bob,cat\n2,ann,dog\n2,bob,cat\n3,ann,dog\n"


def write(folder, name, content):
    """Write text or bytes; a name that ends with gz is packed."""
    path = folder / name
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    return path


def write_pair(folder, labels=LABELS, truth=TRUTH):
    """Write labels and ground truth."""
    return write(folder, "labels.csv", labels), write(folder, "truth.csv", truth)
