"""Pictures where people would rather look: what is not billed yet, as SVG made without a browser (L-13).

Needs the extra ``worktraq[charts]``.
"""

from worktraq.adapters.charts.unbilled import unbilled_chart

__all__ = ["unbilled_chart"]
