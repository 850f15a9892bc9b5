package accounts

import (
	"crypto/ed25519"
	"crypto/hmac"

	"golang.org/x/crypto/bcrypt"
)

func first(hash, password []byte) bool {
	// ruleid: go-check-result-ignored
	bcrypt.CompareHashAndPassword(hash, password)
	return true
}

func second(hash, password []byte) bool {
	// ruleid: go-check-result-ignored
	_ = bcrypt.CompareHashAndPassword(hash, password)
	return true
}

func third(hash, password []byte) bool {
	// ok: go-check-result-ignored
	err := bcrypt.CompareHashAndPassword(hash, password)
	return err == nil
}

func fourth(hash, password []byte) bool {
	// ok: go-check-result-ignored
	if err := bcrypt.CompareHashAndPassword(hash, password); err != nil {
		return false
	}
	return true
}

func fifth(key ed25519.PublicKey, text, signature []byte) bool {
	// ruleid: go-check-result-ignored
	ed25519.Verify(key, text, signature)
	// ok: go-check-result-ignored
	valid := ed25519.Verify(key, text, signature)
	// ok: go-check-result-ignored
	if !ed25519.Verify(key, text, signature) {
		return false
	}
	// ok: go-check-result-ignored
	if valid && hmac.Equal(text, signature) {
		return true
	}
	// ok: go-check-result-ignored
	return ed25519.Verify(key, text, signature)
}
