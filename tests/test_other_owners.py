"""Whole pages with another organisation's address: who made the site, whom to complain to, who hosts it."""

import pytest

from tests.reading import read_site_of_one_page

STUDIO, OFFICE = "hello@pixelforge.example", "post@behoerde.example"
OWN = "<header><p>info@acme-steel.example</p></header>"
CREDITS = [
    'Website by <a href="mailto:hello@pixelforge.example">Pixelforge</a>',
    "Site designed and maintained by Pixelforge – hello@pixelforge.example",
    'Proudly made by <a href="https://pixelforge.example">Pixelforge</a> (hello@pixelforge.example)',
    "Web Development: Pixelforge Ltd, hello@pixelforge.example",
    "Webmaster: hello@pixelforge.example",
    "For problems with this website contact hello@pixelforge.example",
    "SEO by Pixelforge hello@pixelforge.example",
    "Webdesign: Pixelforge GmbH, hello@pixelforge.example",
    "Umsetzung und Gestaltung: hello@pixelforge.example",
    "Realisierung: Pixelforge, hello@pixelforge.example",
    "Konzept, Design & Programmierung<br>Pixelforge GmbH<br>Musterstr. 1<br>hello@pixelforge.example",
    "Technische Umsetzung: hello@pixelforge.example",
    "Internetagentur Pixelforge, hello@pixelforge.example",
    "Website erstellt von Pixelforge, hello@pixelforge.example",
    "Réalisation : Pixelforge – hello@pixelforge.example",
    'Création du site : <a href="mailto:hello@pixelforge.example">Pixelforge</a>',
    "Conception et réalisation du site internet : hello@pixelforge.example",
    "Site réalisé par l'agence Pixelforge hello@pixelforge.example",
    "Crédits photos : hello@pixelforge.example",
    "Agence web : hello@pixelforge.example",
    "Diseño web: Pixelforge hello@pixelforge.example",
    "Desarrollado por hello@pixelforge.example",
    "Página web creada por Pixelforge (hello@pixelforge.example)",
    "Diseño y desarrollo: hello@pixelforge.example",
    "Realizzazione sito web: Pixelforge – hello@pixelforge.example",
    "Sito realizzato da hello@pixelforge.example",
    "Web agency: hello@pixelforge.example",
    "Powered by hello@pixelforge.example",
    "Desenvolvido por Pixelforge hello@pixelforge.example",
    "Criação de sites: hello@pixelforge.example",
    "Website door Pixelforge, hello@pixelforge.example",
    "Webdesign en realisatie: hello@pixelforge.example",
    "Gemaakt door hello@pixelforge.example",
    "Ontwerp: hello@pixelforge.example",
    "Projekt i wykonanie: hello@pixelforge.example",
    "Realizacja: Pixelforge hello@pixelforge.example",
    "Wykonanie strony: hello@pixelforge.example",
    "Tvorba webu: hello@pixelforge.example",
    "Vytvořil Pixelforge, hello@pixelforge.example",
    "Webové stránky vytvořila firma Pixelforge, hello@pixelforge.example",
    "Tvorba web stránok: hello@pixelforge.example",
    "Vytvoril: hello@pixelforge.example",
    "Készítette: Pixelforge Kft., hello@pixelforge.example",
    "Weboldal készítés: hello@pixelforge.example",
    "Honlapkészítés: hello@pixelforge.example",
    "Realizat de hello@pixelforge.example",
    "Creare site: hello@pixelforge.example",
    "Web design: hello@pixelforge.example",
    "Κατασκευή ιστοσελίδας: hello@pixelforge.example",
    "Σχεδιασμός & Ανάπτυξη: hello@pixelforge.example",
    "Web tasarım: hello@pixelforge.example",
    "Tasarım ve yazılım: hello@pixelforge.example",
    "Bu site Pixelforge tarafından hazırlanmıştır. hello@pixelforge.example",
    "Разработка сайта: hello@pixelforge.example",
    "Создание сайта — Pixelforge, hello@pixelforge.example",
    "Сайт разработан студией Pixelforge hello@pixelforge.example",
    "Розробка сайту: hello@pixelforge.example",
    "Изработка на уебсайт: hello@pixelforge.example",
    "Izrada sajta: hello@pixelforge.example",
    "Izrada web stranica: hello@pixelforge.example",
    "Izdelava spletne strani: hello@pixelforge.example",
    "Webbplats av Pixelforge hello@pixelforge.example",
    "Webbdesign: hello@pixelforge.example",
    "Producerad av hello@pixelforge.example",
    "Webdesign af Pixelforge, hello@pixelforge.example",
    "Hjemmeside lavet af hello@pixelforge.example",
    "Nettside laget av Pixelforge hello@pixelforge.example",
    "Utviklet av hello@pixelforge.example",
    "Sivut toteutti: hello@pixelforge.example",
    "Verkkosivut: Pixelforge, hello@pixelforge.example",
    "Toteutus: hello@pixelforge.example",
    "Kodulehe tegemine: hello@pixelforge.example",
    "Mājaslapas izstrāde: hello@pixelforge.example",
    "Svetainių kūrimas: hello@pixelforge.example",
    "技术支持：星火网络 hello@pixelforge.example",
    "网站建设：hello@pixelforge.example",
    "网站设计：星火科技 邮箱 hello@pixelforge.example",
    "サイト制作：hello@pixelforge.example",
    "ホームページ制作 星火 hello@pixelforge.example",
    "홈페이지 제작: hello@pixelforge.example",
    "웹사이트 제작 hello@pixelforge.example",
    "تصميم وتطوير شركة بكسل hello@pixelforge.example",
    "تصميم الموقع: hello@pixelforge.example",
    "בניית אתרים: hello@pixelforge.example",
    "עיצוב ובניית האתר: hello@pixelforge.example",
    "طراحی سایت: hello@pixelforge.example",
    "Thiết kế web bởi hello@pixelforge.example",
    "Thiết kế website: hello@pixelforge.example",
    "ออกแบบเว็บไซต์โดย hello@pixelforge.example",
    "Jasa pembuatan website: hello@pixelforge.example",
    "Dibuat oleh hello@pixelforge.example",
    "Disseny web: hello@pixelforge.example",
    "वेबसाइट डिज़ाइन: hello@pixelforge.example",
]
# Words that as often head what is the company's own.
XFAIL = [
    "© 2024 Acme Steel. All rights reserved. Design: hello@pixelforge.example",
    "Photos: hello@pixelforge.example",
    "Fotos: Jane Roe, hello@pixelforge.example",
    "Strony internetowe: hello@pixelforge.example",
]
AUTHORITIES = [
    (
        "<h3>Zuständige Aufsichtsbehörde</h3><p>Landesbeauftragte für Datenschutz und "
        "Informationsfreiheit Nordrhein-Westfalen<br>Kavalleriestr. 2-4<br>40213 Düsseldorf<br>E-Mail: "
        "post@behoerde.example</p>"
    ),
    (
        "<p>Sie haben das Recht, sich bei einer Aufsichtsbehörde zu beschweren: Der Landesbeauftragte "
        "für den Datenschutz, E-Mail: post@behoerde.example</p>"
    ),
    (
        "<h3>Datenschutzbeauftragter</h3><p>Unser externer Datenschutzbeauftragter ist: Jane Roe, DSB "
        "GmbH, E-Mail: post@behoerde.example</p>"
    ),
    ("<p>Zuständige Kammer: Rechtsanwaltskammer München, Tal 33, 80331 München, E-Mail: post@behoerde.example</p>"),
    "<p>Berufshaftpflichtversicherung: Allvers AG, 10900 Berlin, post@behoerde.example</p>",
    (
        "<p>Wir nehmen an einem Streitbeilegungsverfahren vor der Allgemeinen "
        "Verbraucherschlichtungsstelle teil. Zentrum für Schlichtung e.V., Straßburger Str. 8, 77694 "
        "Kehl, post@behoerde.example</p>"
    ),
    "<p>Gewerbeaufsicht: Stadt Musterstadt, Ordnungsamt, post@behoerde.example</p>",
    "<p>Hosting: Hoster GmbH, Serverstr. 1, Berlin, post@behoerde.example</p>",
    (
        "<p>You have the right to lodge a complaint with the Information Commissioner's Office: "
        "casework@behoerde.example</p>"
    ),
    (
        "<p>If you are unhappy you can contact the Financial Ombudsman Service, Exchange Tower, London "
        "E14 9SR. Email: complaint@behoerde.example</p>"
    ),
    (
        "<h3>Supervisory authority</h3><p>Data Protection Commission, 21 Fitzwilliam Square, Dublin "
        "2<br>info@behoerde.example</p>"
    ),
    "<p>Our EU representative: Rep Ltd, 1 Main St, Dublin, post@behoerde.example</p>",
    "<p>The website is hosted by Hostco Inc., 1 Cloud Road. Email: post@behoerde.example</p>",
    ("<p>We are regulated by the Solicitors Regulation Authority, The Cube, Birmingham, post@behoerde.example</p>"),
    "<p>Copyright agent: DMCA Services, post@behoerde.example</p>",
    "<p>Hébergeur : Hébergement SA, 2 rue Kellermann, 59100 Roubaix – post@behoerde.example</p>",
    ("<p>Vous pouvez introduire une réclamation auprès de la CNIL, 3 Place de Fontenoy, post@behoerde.example</p>"),
    "<p>Médiateur de la consommation : CM2C, 14 rue Saint Jean, 75017 Paris, post@behoerde.example</p>",
    "<h3>Hébergement</h3><p>Société Hoster, Paris<br>Téléphone 01 02 03 04 05<br>post@behoerde.example</p>",
    "<p>Directeur de la publication : Jane Roe. Prestataire : Webco, post@behoerde.example</p>",
    "<p>Garante per la protezione dei dati personali, Piazza Venezia 11, Roma, post@behoerde.example</p>",
    "<p>Il Responsabile della protezione dei dati (DPO) è Studio Roe, post@behoerde.example</p>",
    "<p>Organismo di mediazione: Camera Arbitrale, post@behoerde.example</p>",
    "<p>Agencia Española de Protección de Datos, C/ Jorge Juan 6, Madrid, post@behoerde.example</p>",
    "<p>Delegado de Protección de Datos: Consultores SL, post@behoerde.example</p>",
    "<p>Alojamiento web: Hoster SL, post@behoerde.example</p>",
    "<p>Comissão Nacional de Proteção de Dados (CNPD), Lisboa, post@behoerde.example</p>",
    ("<p>Livro de reclamações - Centro de Arbitragem de Conflitos de Consumo de Lisboa, post@behoerde.example</p>"),
    "<p>U kunt een klacht indienen bij de Autoriteit Persoonsgegevens, post@behoerde.example</p>",
    "<p>Geschillencommissie, Postbus 90600, Den Haag, post@behoerde.example</p>",
    "<p>Prezes Urzędu Ochrony Danych Osobowych, ul. Stawki 2, 00-193 Warszawa, post@behoerde.example</p>",
    "<p>Inspektor Ochrony Danych: Jan Kowalski, post@behoerde.example</p>",
    "<p>Rzecznik Finansowy, Al. Jerozolimskie 87, post@behoerde.example</p>",
    "<p>Úřad pro ochranu osobních údajů, Pplk. Sochora 27, Praha 7, post@behoerde.example</p>",
    "<p>Česká obchodní inspekce, Štěpánská 15, Praha 2, post@behoerde.example</p>",
    "<p>Slovenská obchodná inšpekcia, Bratislava, post@behoerde.example</p>",
    "<p>Úrad na ochranu osobných údajov Slovenskej republiky, post@behoerde.example</p>",
    "<p>Nemzeti Adatvédelmi és Információszabadság Hatóság, 1055 Budapest, post@behoerde.example</p>",
    "<p>Tárhelyszolgáltató: Tárhely Kft., Budapest, post@behoerde.example</p>",
    "<p>Békéltető Testület, 1016 Budapest, Krisztina krt. 99., post@behoerde.example</p>",
    (
        "<p>Autoritatea Națională de Supraveghere a Prelucrării Datelor cu Caracter Personal, "
        "București, post@behoerde.example</p>"
    ),
    "<p>ANPC Protecția Consumatorilor, post@behoerde.example</p>",
    "<p>Комисия за защита на личните данни, София, post@behoerde.example</p>",
    "<p>Комисия за защита на потребителите, post@behoerde.example</p>",
    "<p>Αρχή Προστασίας Δεδομένων Προσωπικού Χαρακτήρα, Κηφισίας 1-3, Αθήνα, post@behoerde.example</p>",
    "<p>Agencija za zaštitu osobnih podataka, Selska cesta 136, Zagreb, post@behoerde.example</p>",
    "<p>Informacijski pooblaščenec, Dunajska 22, Ljubljana, post@behoerde.example</p>",
    "<p>Integritetsskyddsmyndigheten, Box 8114, Stockholm, post@behoerde.example</p>",
    "<p>Allmänna reklamationsnämnden, Box 174, Stockholm, post@behoerde.example</p>",
    "<p>Du kan klage til Datatilsynet, Carl Jacobsens Vej 35, Valby, post@behoerde.example</p>",
    "<p>Center for Klageløsning, Toldboden 2, Viborg, post@behoerde.example</p>",
    "<p>Datatilsynet, Postboks 458 Sentrum, Oslo, post@behoerde.example</p>",
    "<p>Forbrukertilsynet, Porsgrunn, post@behoerde.example</p>",
    "<p>Tietosuojavaltuutetun toimisto, PL 800, Helsinki, post@behoerde.example</p>",
    "<p>Kuluttajariitalautakunta, Helsinki, post@behoerde.example</p>",
    "<p>Andmekaitse Inspektsioon, Tatari 39, Tallinn, post@behoerde.example</p>",
    "<p>Datu valsts inspekcija, Rīga, post@behoerde.example</p>",
    "<p>Valstybinė duomenų apsaugos inspekcija, Vilnius, post@behoerde.example</p>",
    "<p>Kişisel Verileri Koruma Kurumu, Ankara, post@behoerde.example</p>",
    "<p>Роскомнадзор, Москва, post@behoerde.example</p>",
    "<p>Уповноважений Верховної Ради України з прав людини, post@behoerde.example</p>",
    "<p>如需投诉，请联系个人信息保护监管机构：post@behoerde.example</p>",
    "<p>個人情報保護委員会 post@behoerde.example</p>",
    "<p>개인정보침해신고센터 post@behoerde.example</p>",
    "<p>Encarregado de Proteção de Dados (DPO): Consultoria LGPD, post@behoerde.example</p>",
    "<p>Nodal Officer, Cyber Crime Cell: post@behoerde.example</p>",
    "<p>Office of the Australian Information Commissioner, Sydney, post@behoerde.example</p>",
    "<p>Office of the Privacy Commissioner of Canada, Gatineau, post@behoerde.example</p>",
]
OURS = [  # path, address, page
    (
        "/privacy",
        "acme-steel@gmail.com",
        ("<p>You may complain to the CNIL. To exercise your rights please write to us at acme-steel@gmail.com.</p>"),
    ),
    (
        "/contact",
        "jane@gmail.com",
        ("<h1>Contact</h1><p>Acme Steel<br>Photos and plans welcome<br>Tel. 123456789<br>E-mail: jane@gmail.com</p>"),
    ),
    (
        "/contact",
        "office@roe-group.example",
        ("<p>We are members of the Chamber of Commerce. You can reach our sales team at office@roe-group.example</p>"),
    ),
    (
        "/impressum",
        "roe@t-online.de",
        (
            "<h1>Impressum</h1><p>Jane Roe, 12345 Musterstadt</p><p>E-Mail: "
            "roe@t-online.de</p><p>Zuständige Kammer: Rechtsanwaltskammer München</p>"
        ),
    ),
    (
        "/impressum",
        "roe@t-online.de",
        (
            "<h1>Impressum</h1><p>Aufsichtsbehörde: Landratsamt Musterkreis</p><h2>Kontakt</h2><p>Telefon: "
            "0123 456789<br>E-Mail: roe@t-online.de</p>"
        ),
    ),
    (
        "/impressum",
        "roe@t-online.de",
        (
            "<p>Verantwortlicher im Sinne des Datenschutzrechts:<br>Jane Roe<br>Hauptstr. 1, 12345 "
            "Musterstadt<br>E-Mail: roe@t-online.de</p>"
        ),
    ),
    (
        "/mentions-legales",
        "contact@roe-conseil.example",
        (
            "<h1>Mentions légales</h1><p>Éditeur du site : Roe Conseil SARL, 75001 Paris. E-mail : "
            "contact@roe-conseil.example</p><p>Hébergeur : OVH, 59100 Roubaix</p>"
        ),
    ),
]


def addresses(html: str, path: str) -> set[str]:
    return {contact.address for contact in read_site_of_one_page(html, path=path).contacts}


@pytest.mark.parametrize("own", [OWN, ""], ids=["beside own", "alone"])
@pytest.mark.parametrize("path", ["/", "/contact"])
@pytest.mark.parametrize("credit", CREDITS)
def test_who_made_the_site_is_no_contact(credit: str, path: str, own: str) -> None:
    html = f"{own}<main><h1>Acme Steel</h1><p>Welcome to Acme Steel.</p></main><footer><p>{credit}</p></footer>"
    assert STUDIO not in addresses(html, path)


@pytest.mark.parametrize("credit", XFAIL)
@pytest.mark.xfail(strict=True)
def test_who_made_the_site_in_words_that_are_not_listed(credit: str) -> None:
    assert STUDIO not in addresses(f"<main><h1>Acme Steel</h1></main><footer><p>{credit}</p></footer>", "/contact")


@pytest.mark.parametrize("own", [OWN, ""], ids=["beside own", "alone"])
@pytest.mark.parametrize("path", ["/privacy", "/impressum", "/contact"])
@pytest.mark.parametrize("html", AUTHORITIES)
def test_whom_to_complain_to_is_no_contact(html: str, path: str, own: str) -> None:
    assert OFFICE not in addresses(f"{own}<main><h1>Acme Steel</h1>{html}</main>", path)


@pytest.mark.parametrize(("path", "address", "html"), OURS)
def test_such_words_elsewhere_do_not_cost_a_contact(path: str, address: str, html: str) -> None:
    assert address in addresses(f"<main>{html}</main>", path)
