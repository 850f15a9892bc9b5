package clients

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
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
