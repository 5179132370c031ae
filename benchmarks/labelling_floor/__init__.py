"""The floor: the plainest Django application that reads one row and writes one row for each request.

It has the product's gunicorn, the product's database settings (so the same durability), and nothing else: no
middleware, no sessions, no CSRF check, no forms, no rule about who may label what.
"""
