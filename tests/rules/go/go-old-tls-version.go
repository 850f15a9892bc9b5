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

const oldest = tls.VersionTLS10
const newer = tls.VersionTLS12

// ruleid: go-old-tls-version
var byConstant = &tls.Config{MinVersion: oldest}

// ok: go-old-tls-version
var byOther = &tls.Config{MinVersion: newer}
