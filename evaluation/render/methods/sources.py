"""What the methods cite."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A published text.

    Parameters
    ----------
    key : str
        Name in `methods.bib`.
    short : str
        Authors and year, as they stand in a sentence.
    kind : {'article', 'book', 'inproceedings', 'misc'}
        BibTeX's kind of entry.
    fields : tuple of (str, str)
        BibTeX's fields, in the order of a reference in words. Plain text; names are joined by " and ".
    """

    key: str
    short: str
    kind: str
    fields: tuple[tuple[str, str], ...]


def _source(key: str, short: str, kind: str, **fields: str) -> Source:
    return Source(key, short, kind, tuple(fields.items()))


SOURCES = {
    source.key: source
    for source in (
        _source(
            "wilson1927", "Wilson 1927", "article",
            author="Wilson, E. B.", year="1927",
            title="Probable inference, the law of succession, and statistical inference",
            journal="Journal of the American Statistical Association", volume="22", pages="209-212",
        ),
        _source(
            "owen2007", "Owen 2007", "article",
            author="Owen, A. B.", year="2007", title="The pigeonhole bootstrap",
            journal="Annals of Applied Statistics", volume="1", pages="386-411",
        ),
        _source(
            "efron1993", "Efron and Tibshirani 1993", "book",
            author="Efron, B. and Tibshirani, R. J.", year="1993",
            title="An Introduction to the Bootstrap", publisher="Chapman and Hall",
        ),
        _source(
            "clopper1934", "Clopper and Pearson 1934", "article",
            author="Clopper, C. J. and Pearson, E. S.", year="1934",
            title="The use of confidence or fiducial limits illustrated in the case of the binomial",
            journal="Biometrika", volume="26", pages="404-413",
        ),
        _source(
            "cochran1977", "Cochran 1977", "book",
            author="Cochran, W. G.", year="1977", title="Sampling Techniques", publisher="Wiley",
        ),
        _source(
            "lam2023", "Lam, Gopal and Qian 2023", "misc",
            author="Lam, K. F. Y. and Gopal, V. and Qian, J.", year="2023",
            title="Confidence intervals for the F1 score: a comparison of four methods",
            howpublished="arXiv 2309.14621",
        ),
        _source(
            "krippendorff2011", "Krippendorff 2011", "misc",
            author="Krippendorff, K.", year="2011", title="Computing Krippendorff's alpha-reliability",
            howpublished="University of Pennsylvania",
        ),
        _source(
            "fleiss1971", "Fleiss 1971", "article",
            author="Fleiss, J. L.", year="1971",
            title="Measuring nominal scale agreement among many raters",
            journal="Psychological Bulletin", volume="76", pages="378-382",
        ),
        _source(
            "dawid1979", "Dawid and Skene 1979", "article",
            author="Dawid, A. P. and Skene, A. M.", year="1979",
            title="Maximum likelihood estimation of observer error-rates using the EM algorithm",
            journal="Applied Statistics", volume="28", pages="20-28",
        ),
        _source(
            "steegen2016", "Steegen et al. 2016", "article",
            author="Steegen, S. and Tuerlinckx, F. and Gelman, A. and Vanpaemel, W.", year="2016",
            title="Increasing transparency through a multiverse analysis",
            journal="Perspectives on Psychological Science", volume="11", pages="702-712",
        ),
        _source(
            "mcnemar1947", "McNemar 1947", "article",
            author="McNemar, Q.", year="1947",
            title="Note on the sampling error of the difference between correlated proportions or "
            "percentages",
            journal="Psychometrika", volume="12", pages="153-157",
        ),
        _source(
            "holm1979", "Holm 1979", "article",
            author="Holm, S.", year="1979",
            title="A simple sequentially rejective multiple test procedure",
            journal="Scandinavian Journal of Statistics", volume="6", pages="65-70",
        ),
        _source(
            "geirhos2020", "Geirhos, Meding and Wichmann 2020", "inproceedings",
            author="Geirhos, R. and Meding, K. and Wichmann, F. A.", year="2020",
            title="Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and humans by measuring "
            "error consistency",
            booktitle="Advances in Neural Information Processing Systems", volume="33",
        ),
        _source(
            "wei2025", "Wei et al. 2025", "inproceedings",
            author="Wei, K. and others", year="2025",
            title="Position: Human Baselines in Model Evaluations Need Rigor and Transparency (With "
            "Recommendations & Reporting Checklist)",
            booktitle="International Conference on Machine Learning",
        ),
    )
}  # fmt: skip
