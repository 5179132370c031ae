"""A report page as an answer: its stylesheet and images are in it, and it may ask for nothing else."""

from django.http import HttpResponse

from labelling.report_page import style_source


def report_response(page: str) -> HttpResponse:
    """Return the page with a policy of its own."""
    policy = f"default-src 'none'; style-src {style_source(page)}; img-src data:; frame-ancestors 'none'"
    return HttpResponse(
        page, headers={"Content-Security-Policy": f"{policy}; base-uri 'none'; form-action 'none'"}
    )
