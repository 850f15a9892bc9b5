package clients

import "crypto/tls"

// ruleid: go-weak-tls-cipher-suite
var first = &tls.Config{CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}

var second = &tls.Config{
	CipherSuites: []uint16{
		// ok: go-weak-tls-cipher-suite
		tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		// ruleid: go-weak-tls-cipher-suite
		tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
	},
}

// ok: go-weak-tls-cipher-suite
var third = &tls.Config{CipherSuites: []uint16{tls.TLS_AES_128_GCM_SHA256}}

// ok: go-weak-tls-cipher-suite
var broken = map[uint16]bool{tls.TLS_RSA_WITH_RC4_128_SHA: true}

// ruleid: go-weak-tls-cipher-suite
var listed = []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}

// ok: go-weak-tls-cipher-suite
var forbidden = []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}
