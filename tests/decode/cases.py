"""All frames that the decoder is tested with."""

from tests.decode.cases_gre import GRE_TUNNEL_CASES
from tests.decode.cases_internet import INTERNET_CASES
from tests.decode.cases_link import LINK_CASES
from tests.decode.cases_mpls_ppp import MPLS_PPP_CASES
from tests.decode.cases_quotes import QUOTE_CASES
from tests.decode.cases_transport import TRANSPORT_CASES
from tests.decode.cases_udp_tunnels import UDP_TUNNEL_CASES
from tests.decode.cases_vxlan import ALL_VXLAN_CASES

CASES = [
    *LINK_CASES,
    *MPLS_PPP_CASES,
    *INTERNET_CASES,
    *TRANSPORT_CASES,
    *QUOTE_CASES,
    *ALL_VXLAN_CASES,
    *UDP_TUNNEL_CASES,
    *GRE_TUNNEL_CASES,
]
