"""The researcher's own pages inside the admin site, a file per page."""
