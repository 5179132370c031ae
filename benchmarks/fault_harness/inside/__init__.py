"""What runs with Django set up on a stage's database: in the overseer, and in servers with a seeded bug."""
