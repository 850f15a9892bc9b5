"""What a customer does."""

from __future__ import annotations

from flask.testing import FlaskClient

PASSWORD = "correct horse"


def sign_in(client: FlaskClient) -> None:
    form = {"name": "ada", "password": PASSWORD}
    assert client.post("/signup", data=form).status_code == 302
    assert client.post("/login", data=form).status_code == 302


def test_search_finds_a_part_of_a_title(client: FlaskClient) -> None:
    page = client.get("/search?q=frame").get_data(as_text=True)
    assert "Oak frame" in page
    assert "Harbour" not in page


def test_a_product_has_a_page(client: FlaskClient) -> None:
    assert "Harbour at night" in client.get("/product/1").get_data(as_text=True)
    assert client.get("/product/99").status_code == 404


def test_an_order_gives_an_invoice(client: FlaskClient) -> None:
    sign_in(client)
    client.post("/cart/add/1")
    client.post("/cart/add/2")
    assert "44.00 EUR" in client.get("/cart/").get_data(as_text=True)
    answer = client.post("/cart/order", follow_redirects=True, buffered=True)
    assert "Total 44.00 EUR" in answer.get_data(as_text=True)


def test_the_back_office_is_closed_to_customers(client: FlaskClient) -> None:
    sign_in(client)
    assert client.get("/admin/").status_code == 403
