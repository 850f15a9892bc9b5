package signatures

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"os"
)

var apiKey = os.Getenv("API_KEY")

func signed(key, text, signature []byte, expected string) bool {
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	// ruleid: go-timing-comparison
	if bytes.Equal(mac.Sum(nil), signature) {
		return true
	}
	sum := hex.EncodeToString(mac.Sum(nil))
	// ruleid: go-timing-comparison
	if sum == expected {
		return true
	}
	// ok: go-timing-comparison
	if hmac.Equal(mac.Sum(nil), signature) {
		return true
	}
	// ok: go-timing-comparison
	if len(mac.Sum(nil)) == len(signature) {
		return false
	}
	// ok: go-timing-comparison
	return bytes.Equal(text, signature)
}

func keyed(r *http.Request) bool {
	// ok: go-timing-comparison
	if r.Header.Get("X-Api-Key") == "" {
		return false
	}
	// ok: go-timing-comparison
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("X-Api-Key")), []byte(apiKey)) == 1 {
		return true
	}
	// ok: go-timing-comparison
	if r.Header.Get("Accept") == apiKey {
		return true
	}
	// ok: go-timing-comparison
	if r.Header.Get("X-Use-Token") == "true" {
		return true
	}
	// ruleid: go-timing-comparison
	return r.Header.Get("X-Api-Key") == apiKey
}
