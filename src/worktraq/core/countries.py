"""Names of countries and languages as people write them in a list, in Dutch, English, French and German (T-02).

Countries of which a customer of a European firm is likely to be; of any other a list has to give the code.
"""

from collections.abc import Mapping

from worktraq.core.headings import folded

_LONGEST_NAME = 60


def _by_name(**names: str) -> Mapping[str, str]:
    return {folded(name): code for code, listed in names.items() for name in listed.split(",")}


_COUNTRIES = _by_name(
    NL="Nederland, Netherlands, Pays-Bas, Niederlande, Holland, The Netherlands, NLD",
    BE="België, Belgium, Belgique, Belgien, BEL",
    LU="Luxemburg, Luxembourg, Groothertogdom Luxemburg, LUX",
    DE="Duitsland, Germany, Allemagne, Deutschland, BRD, DEU",
    FR="Frankrijk, France, Frankreich, FRA",
    GB="""Verenigd Koninkrijk, United Kingdom, Royaume-Uni, Vereinigtes Königreich, Great Britain,
        Groot-Brittannië, England, Engeland, Angleterre, UK, Grande-Bretagne, Großbritannien, GBR""",
    IE="Ierland, Ireland, Irlande, Irland, IRL",
    AT="Oostenrijk, Austria, Autriche, Österreich, AUT",
    CH="Zwitserland, Switzerland, Suisse, Schweiz, CHE",
    LI="Liechtenstein, LIE",
    ES="Spanje, Spain, Espagne, Spanien, ESP",
    PT="Portugal, PRT",
    IT="Italië, Italy, Italien, ITA",
    MT="Malta, Malte, MLT",
    GR="Griekenland, Greece, Grèce, Griechenland, GRC",
    CY="Cyprus, Chypre, Zypern, CYP",
    DK="Denemarken, Denmark, Danemark, DNK",
    SE="Zweden, Sweden, Suède, Schweden, SWE",
    NO="Noorwegen, Norway, Norvège, Norwegen, NOR",
    FI="Finland, Finlande, Finnland, FIN",
    IS="IJsland, Iceland, Islande, Island, ISL",
    EE="Estland, Estonia, Estonie, EST",
    LV="Letland, Latvia, Lettonie, Lettland, LVA",
    LT="Litouwen, Lithuania, Lituanie, Litauen, LTU",
    PL="Polen, Poland, Pologne, POL",
    CZ="Tsjechië, Czechia, Tchéquie, Tschechien, Czech Republic, Tsjechische Republiek, CZE",
    SK="Slowakije, Slovakia, Slovaquie, Slowakei, SVK",
    HU="Hongarije, Hungary, Hongrie, Ungarn, HUN",
    SI="Slovenië, Slovenia, Slowenien, SVN",
    HR="Kroatië, Croatia, Croatie, Kroatien, HRV",
    BA="Bosnië en Herzegovina, Bosnia & Herzegovina, Bosnie-Herzégovine, Bosnien und Herzegowina, BIH",
    RS="Servië, Serbia, Serbie, Serbien, SRB",
    ME="Montenegro, MNE",
    MK="Noord-Macedonië, North Macedonia, Macédoine du Nord, Nordmazedonien, Macedonië, MKD",
    AL="Albanië, Albania, Albanien, ALB",
    XK="Kosovo, XKX",
    RO="Roemenië, Romania, Roumanie, Rumänien, ROU",
    BG="Bulgarije, Bulgaria, Bulgarie, Bulgarien, BGR",
    MD="Moldavië, Moldova, Republik Moldau, MDA",
    UA="Oekraïne, Ukraine, UKR",
    TR="Turkije, Türkiye, Turquie, Türkei, Turkey, TUR",
    RU="Rusland, Russia, Russie, Russland, RUS",
    IL="Israël, ISR",
    MA="Marokko, Morocco, Maroc, MAR",
    TN="Tunesië, Tunisia, Tunisie, Tunesien, TUN",
    EG="Egypte, Egypt, Ägypten, EGY",
    ZA="Zuid-Afrika, South Africa, Afrique du Sud, Südafrika, ZAF",
    AE="""Verenigde Arabische Emiraten, United Arab Emirates, Émirats arabes unis,
        Vereinigte Arabische Emirate, VAE, UAE, ARE""",
    SA="Saoedi-Arabië, Saudi Arabia, Arabie saoudite, Saudi-Arabien, SAU",
    QA="Qatar, Katar, QAT",
    IN="India, Inde, Indien, IND",
    CN="China, Chine, CHN",
    HK="Hong Kong, HKG",
    TW="Taiwan, TWN",
    JP="Japan, Japon, JPN",
    KR="Zuid-Korea, South Korea, Corée du Sud, Südkorea, KOR",
    SG="Singapore, Singapour, Singapur, SGP",
    MY="Maleisië, Malaysia, Malaisie, MYS",
    ID="Indonesië, Indonesia, Indonesien, IDN",
    TH="Thailand, Thaïlande, THA",
    VN="Vietnam, VNM",
    PH="Filipijnen, Philippines, Philippinen, PHL",
    AU="Australië, Australia, Australien, AUS",
    NZ="Nieuw-Zeeland, New Zealand, Nouvelle-Zélande, Neuseeland, NZL",
    US="""Verenigde Staten, United States, États-Unis, Vereinigte Staaten, USA, United States of America,
        Verenigde Staten van Amerika, VS, Amerika""",
    CA="Canada, Kanada, CAN",
    MX="Mexico, Mexique, Mexiko, MEX",
    BR="Brazilië, Brazil, Brésil, Brasilien, BRA",
    AR="Argentinië, Argentina, Argentine, Argentinien, ARG",
    CL="Chili, Chile, CHL",
    CO="Colombia, Colombie, Kolumbien, COL",
    SR="Suriname, SUR",
    CW="Curaçao, CUW",
    AW="Aruba, ABW",
    MC="Monaco, MCO",
    AD="Andorra, Andorre, AND",
    SM="San Marino, Saint-Marin, SMR",
)

_LANGUAGES = _by_name(
    nl="Nederlands, Dutch, Néerlandais, Niederländisch, Vlaams, Flemish, NLD, DUT",
    en="Engels, English, Anglais, Englisch, ENG",
    fr="Frans, French, Français, Französisch, FRA, FRE",
    de="Duits, German, Allemand, Deutsch, DEU, GER",
)


def country_code(text: str) -> str:
    """The ISO 3166 code of a country that is named; any other text as it is."""
    if len(text) <= 2 or len(text) > _LONGEST_NAME:
        return text
    return _COUNTRIES.get(folded(text), text)


def language_code(text: str) -> str:
    """The code of a language that is named, or given with a region as in ``nl-BE``; any other text as it is."""
    if len(text) <= 2 or len(text) > _LONGEST_NAME:
        return text
    if text[2] in "-_":
        return text[:2]
    return _LANGUAGES.get(folded(text), text)
