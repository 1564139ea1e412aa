"""All frames that the decoder is tested with."""

from tests.decode.cases_internet import INTERNET_CASES
from tests.decode.cases_link import LINK_CASES

CASES = [*LINK_CASES, *INTERNET_CASES]
