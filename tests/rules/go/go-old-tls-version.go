package clients

import "crypto/tls"

// ruleid: go-old-tls-version
var first = &tls.Config{MinVersion: tls.VersionTLS10}

// ruleid: go-old-tls-version
var second = tls.Config{ServerName: "shop.example", MinVersion: tls.VersionSSL30}

// ruleid: go-old-tls-version
var third = &tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS11}

// ok: go-old-tls-version
var fourth = &tls.Config{MinVersion: tls.VersionTLS12}

// ok: go-old-tls-version
var fifth = &tls.Config{MinVersion: tls.VersionTLS13}

// ok: go-old-tls-version
var sixth = &tls.Config{}

func set(config *tls.Config) {
	// ruleid: go-old-tls-version
	config.MinVersion = tls.VersionTLS11
	// ok: go-old-tls-version
	config.MinVersion = tls.VersionTLS12
}
