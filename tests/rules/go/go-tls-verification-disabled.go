package clients

import (
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"net/http"

	"k8s.io/client-go/rest"
)

func clients(insecure bool, roots *x509.CertPool, check func(tls.ConnectionState) error) {
	// ruleid: go-tls-verification-disabled
	http.DefaultTransport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	// ruleid: go-tls-verification-disabled
	config := tls.Config{ServerName: "shop.example", InsecureSkipVerify: true}
	// ruleid: go-tls-verification-disabled
	config.InsecureSkipVerify = true
	// ok: go-tls-verification-disabled
	first := &tls.Config{InsecureSkipVerify: false}
	// ok: go-tls-verification-disabled
	second := &tls.Config{RootCAs: roots}
	// ok: go-tls-verification-disabled
	third := &tls.Config{InsecureSkipVerify: true, VerifyConnection: check}
	// ok: go-tls-verification-disabled
	fourth := &tls.Config{InsecureSkipVerify: insecure}
	if insecure {
		// ok: go-tls-verification-disabled
		second.InsecureSkipVerify = true
	}
	tls.Dial("tcp", "shop.example:443", &config)
	tls.Dial("tcp", "shop.example:443", first)
	tls.Dial("tcp", "shop.example:443", third)
	tls.Dial("tcp", "shop.example:443", fourth)
}

func accept(raw [][]byte, chains [][]*x509.Certificate) error { return nil }

const unchecked = true

func callbacks(pin func([]byte) error, t *http.Transport) {
	// ruleid: go-tls-verification-disabled
	use(&tls.Config{InsecureSkipVerify: true, VerifyPeerCertificate: accept})
	// ruleid: go-tls-verification-disabled
	use(&tls.Config{InsecureSkipVerify: unchecked})
	// ruleid: go-tls-verification-disabled
	use(&tls.Config{InsecureSkipVerify: true, VerifyConnection: func(state tls.ConnectionState) error {
		println(state.ServerName)
		return nil
	}})
	// ok: go-tls-verification-disabled
	use(&tls.Config{InsecureSkipVerify: true, VerifyConnection: func(state tls.ConnectionState) error {
		return pin(state.PeerCertificates[0].Raw)
	}})
	if t.TLSClientConfig == nil {
		// ruleid: go-tls-verification-disabled
		t.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	}
	// ok: go-tls-verification-disabled
	sql.Open("mysql", "shop@tcp(db.example)/shop?tls=true")
	// ruleid: go-tls-verification-disabled
	sql.Open("mysql", "shop@tcp(db.example)/shop?tls=skip-verify")
	// ok: go-tls-verification-disabled
	use(&rest.TLSClientConfig{Insecure: false})
	// ok: go-tls-verification-disabled
	use(&tls.Config{ServerName: "shop.example"})
}
