"""A pretend Twinfield with one office of a firm."""

import base64
from collections.abc import Mapping, Sequence
from typing import ClassVar
from xml.sax.saxutils import escape

import httpx

from tests.unit.adapters.accounting.fakes import HttpBooks
from worktraq.adapters.accounting.soap import Element, parsed
from worktraq.adapters.accounting.twinfield import Twinfield
from worktraq.core.imports import ImportKind
from worktraq.testing.sources import RecordingCredentials

PAGE = 3
LOGIN = "https://login.twinfield.com/auth/authentication/connect"
CLUSTER = "https://api.accounting.twinfield.com"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_TYPES = {ImportKind.CUSTOMER: "DIM", ImportKind.USER: "USR"}


class FewTwinfield(Twinfield):
    """Reads few things at a time."""

    rows_a_page: ClassVar[int] = PAGE


class TwinfieldBooks(HttpBooks):
    """One office.

    Attributes:
        things: What is read of each code, by the type that the finder knows it by.
        names: The names by code, by type.
        refusal: What is said of a token that is not accepted.
        message: An error that the finder answers with; empty for none.
        cluster: Where the services are.
    """

    page_size = PAGE
    error_inside: ClassVar[bytes] = (
        f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body><soap:Fault><faultcode>soap:Server</faultcode>'
        "<faultstring>Object reference not set</faultstring></soap:Fault></soap:Body></soap:Envelope>"
    ).encode()
    content_type: ClassVar[str] = "text/xml; charset=utf-8"

    def __init__(self) -> None:
        super().__init__()
        self.things: dict[str, dict[str, str]] = {"DIM": {}, "USR": {}}
        self.names: dict[str, dict[str, str]] = {"DIM": {}, "USR": {}}
        self.refusal = "Access denied. Token invalid."
        self.refusal_status = 500
        self.message = ""
        self.cluster = CLUSTER
        self._last_code = 1_000
        self.credentials = RecordingCredentials(
            access_token=self.access_token, refresh_token=self.refresh_token, client_secret="app-secret-of-ours"
        )

    def source(self) -> Twinfield:
        """A source that reads these books."""
        settings = {"office": "NLA 1", "client_id": "our-app"}
        return FewTwinfield(settings, self.credentials, clock=self.clock, client=self.client())

    def put(self, kind: ImportKind, name: str, *, external_id: str = "", customers: Sequence[str] = ()) -> str:
        """Add a customer or a user, or rename it."""
        if not external_id:
            self._last_code += 1
            external_id = f"{self._last_code}"
        made = a_customer if kind is ImportKind.CUSTOMER else a_user
        self.things[_TYPES[kind]][external_id] = made(external_id, name)
        self.names[_TYPES[kind]][external_id] = name
        return external_id

    def remove(self, kind: ImportKind, external_id: str) -> None:
        """Delete a customer or a user."""
        del self.things[_TYPES[kind]][external_id]
        del self.names[_TYPES[kind]][external_id]

    def spoil(self, kind: ImportKind, external_id: str) -> bool:
        """Answer with an error when it is read."""
        self.things[_TYPES[kind]][external_id] = '<dimension result="0" msgtype="error" msg="Onbekende fout."/>'
        return True

    def archive(self, kind: ImportKind, external_id: str) -> bool:
        """Hide a customer, which is not listed then."""
        self.remove(kind, external_id)
        return True

    def respond(self, request: httpx.Request) -> httpx.Response:
        """As Twinfield does."""
        address = str(request.url.copy_with(query=None))
        if address == f"{LOGIN}/token":
            assert request.headers["authorization"] == _app()
            return self.renewed(request)
        if address == f"{LOGIN}/accesstokenvalidation":
            assert request.headers["authorization"] == _app()
            token = request.url.params["token"]
            self.credentials.seen(token)
            if token != self.access_token or self.is_denied:
                return httpx.Response(400, json={"Message": "invalid_token"})
            return httpx.Response(200, json={"twf.clusterUrl": self.cluster, "exp": "1638425126"})
        header = parsed(request.content).find("Header", "Header")
        body = parsed(request.content).find("Body")
        assert header is not None
        assert body is not None
        self.credentials.seen(header.said("AccessToken"))
        assert header.said("CompanyCode") == "NLA 1"
        if not self.access_token or header.said("AccessToken") != self.access_token or self.is_denied:
            return _fault(self.refusal, self.refusal_status)
        if address == f"{CLUSTER}/webservices/finder.asmx":
            return self._search(body.children[0])
        assert address == f"{CLUSTER}/webservices/processxml.asmx"
        return self._read(parsed(body.said("ProcessXmlString", "xmlRequest").encode()))

    def _search(self, asked: Element) -> httpx.Response:
        if self.message:
            return answered("Search", f"<SearchResult>{self.message}</SearchResult><data/>")
        finder, first, most = asked.said("type"), int(asked.said("firstRow")), int(asked.said("maxRows"))
        names: Mapping[str, str] = {"NLA 1": "Parkietje B.V.", "NLA 11": "Other"}
        if finder != "OFF":
            names = self.names[finder]
        options = asked.find("options")
        assert options is not None
        told = {pair.children[0].text: pair.children[1].text for pair in options.children}
        assert told == ({"dimtype": "DEB", "office": "NLA 1"} if finder == "DIM" else {})
        rows = [
            f"<ArrayOfString><string>{escape(code)}</string><string>{escape(name)}</string></ArrayOfString>"
            for code, name in list(names.items())[first - 1 : first - 1 + most]
        ]
        columns = "<Columns><string>Code</string><string>Naam</string></Columns>"
        data = f"<data><TotalRows>{len(names)}</TotalRows>{columns}<Items>{''.join(rows)}</Items></data>"
        return answered("Search", f"<SearchResult/>{data}")

    def _read(self, asked: Element) -> httpx.Response:
        finder = {"dimensions": "DIM", "user": "USR"}[asked.said("type")]
        assert finder == "USR" or (asked.said("office"), asked.said("dimtype")) == ("NLA 1", "DEB")
        found = self.things[finder].get(asked.said("code"), '<dimension result="0" msgtype="error" msg="Onbekend"/>')
        result = f'<?xml version="1.0" encoding="utf-16"?>{found}'
        return answered("ProcessXmlString", f"<ProcessXmlStringResult>{escape(result)}</ProcessXmlStringResult>")


def answered(action: str, content: str) -> httpx.Response:
    """An answer of a service."""
    return _enveloped(f'<{action}Response xmlns="http://www.twinfield.com/">{content}</{action}Response>', 200)


def _fault(text: str, status: int) -> httpx.Response:
    fault = f"<faultcode>soap:Server</faultcode><faultstring>{text}</faultstring><detail/>"
    return _enveloped(f"<soap:Fault>{fault}</soap:Fault>", status)


def _enveloped(content: str, status: int) -> httpx.Response:
    text = f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{content}</soap:Body></soap:Envelope>'
    whole = f'<?xml version="1.0" encoding="utf-8"?>{text}'
    return httpx.Response(status, content=whole.encode(), headers={"Content-Type": "text/xml; charset=utf-8"})


def _app() -> str:
    return f"Basic {base64.b64encode(b'our-app:app-secret-of-ours').decode()}"


def a_customer(code: str, name: str) -> str:
    """What Twinfield sends of a customer."""
    return f"""
        <dimension status="active" result="1">
            <office name="Parkietje B.V." shortname="">NLA 1</office>
            <type name="Debiteuren" shortname="Debiteuren">DEB</type>
            <name>{escape(name)}</name>
            <cocnumber></cocnumber><vatnumber></vatnumber>
            <financials><ebilling>true</ebilling><ebillmail>ap@jansen.example</ebillmail></financials>
            <addresses>
                <address id="2" type="postal" default="false"><city>Utrecht</city></address>
                <address id="1" type="invoice" default="true">
                    <name>{escape(name)}</name>
                    <country name="Nederland" shortname="">NL</country>
                    <city>Amsterdam</city><postcode>1234AB</postcode>
                    <telephone>020-1234567</telephone><email>info@example.com</email>
                    <field1>t.a.v. Ada</field1><field2>Hoofdstraat 12</field2><field3>3 hoog</field3>
                    <field4>NL004495445B01</field4><field5>12345678</field5>
                </address>
            </addresses>
            <banks><bank default="true" id="-1"><iban>NL91ABNA0417164300</iban></bank></banks>
            <code>{escape(code)}</code>
        </dimension>
    """.strip()


def a_user(code: str, name: str) -> str:
    """What Twinfield sends of a user."""
    return (
        f'<user status="active" result="1"><code>{code}</code><name>{escape(name)}</name>'
        f"<culture>nl-NL</culture><email>{code}@firm.example</email></user>"
    )
