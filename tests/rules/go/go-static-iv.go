package ciphers

import (
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"io"
)

var vector = []byte("0123456789abcdef")

const letters = "0123456789abcdef"

func constant(block cipher.Block, gcm cipher.AEAD, text []byte) {
	iv := []byte("0123456789abcdef")
	// ruleid: go-static-iv
	cipher.NewCBCEncrypter(block, iv)
	// ruleid: go-static-iv
	cipher.NewCTR(block, []byte(letters))
	nonce := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	// ruleid: go-static-iv
	gcm.Seal(nil, nonce, text, nil)
	zeros := make([]byte, 16)
	// ruleid: go-static-iv
	cipher.NewCFBEncrypter(block, zeros)
}

func fresh(block cipher.Block, gcm cipher.AEAD, text []byte) error {
	nonce := make([]byte, gcm.NonceSize())
	if _, err := io.ReadFull(rand.Reader, nonce); err != nil {
		return err
	}
	// ok: go-static-iv
	gcm.Seal(nonce, nonce, text, nil)
	iv := make([]byte, 16)
	rand.Read(iv)
	// ok: go-static-iv
	cipher.NewCBCEncrypter(block, iv)
	head := make([]byte, 16+len(text))
	first := head[:16]
	rand.Read(first)
	// ok: go-static-iv
	cipher.NewCTR(block, first)
	key := sha256.Sum256(text)
	// ok: go-static-iv
	cipher.NewCBCDecrypter(block, key[:16])
	// ok: go-static-iv
	gcm.Open(nil, []byte("twelve bytes"), text, nil)
	return nil
}

func given(block cipher.Block, iv []byte) {
	// ok: go-static-iv
	cipher.NewCBCEncrypter(block, iv)
}
