"""The annotators' addresses. A study's pages live under its join code, which nobody can guess."""

from django.urls import URLPattern, URLResolver, include, path

from labelling.views import (
    images,
    joining,
    labelling,
    languages,
    leaving,
    panels,
    practising,
    screening,
    withdrawing,
)
from labelling.views.researcher import preview

study_pages = [
    path("", joining.welcome, name="welcome"),
    path("from/<slug:panel>/", panels.arrive, name="arrive"),
    path("from/<slug:panel>/tab/", panels.own_tab, name="own_tab"),
    path("language/", languages.choose_language, name="language"),
    path("screening/<int:number>/", screening.question, name="screening"),
    path("turned-away/", screening.turned_away, name="turned_away"),
    path("guide/", joining.guide_page, name="guide"),
    path("practice/<int:attempt>/<int:place>/", practising.picture, name="practice"),
    path("practice/<int:attempt>/", practising.result, name="practice_result"),
    path("start/", labelling.start, name="start"),
    path("label/", labelling.label, name="label"),
    path("lease/", labelling.lease, name="lease"),
    path("pause/", leaving.pause, name="pause"),
    path("back/<str:secret>/", leaving.back, name="back"),
    path("leave/", panels.leave, name="leave"),
    path("finish/", leaving.finish, name="finish"),
    path("thanks/", leaving.thanks, name="thanks"),
    path("withdraw/", withdrawing.withdraw, name="withdraw"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("s/<slug:join_code>/", include((study_pages, "annotator"))),
    path("admin/preview/<slug:join_code>/", include((preview.pages, "annotator"), preview.NAMESPACE)),
    path("image/<str:token>.png", images.image, name="image"),
]
