package ciphers

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rc4"

	"golang.org/x/crypto/blowfish"
	"golang.org/x/crypto/chacha20poly1305"
)

func blocks(key, text []byte) {
	// ruleid: go-weak-cipher
	des.NewCipher(key)
	// ruleid: go-weak-cipher
	des.NewTripleDESCipher(key)
	// ruleid: go-weak-cipher
	rc4.NewCipher(key)
	// ruleid: go-weak-cipher
	blowfish.NewCipher(key)
	// ok: go-weak-cipher
	aes.NewCipher(key)
	// ok: go-weak-cipher
	chacha20poly1305.New(key)
	block, _ := aes.NewCipher(key)
	for i := 0; i < len(text); i += 16 {
		// ruleid: go-weak-cipher
		block.Encrypt(text[i:], text[i:])
	}
	// ok: go-weak-cipher
	cipher.NewGCM(block)
	// ok: go-weak-cipher
	block.Encrypt(text, text)
	// ok: go-weak-cipher
	cipher.NewCTR(block, text)
}

func chosen(block cipher.Block, to, from []byte) {
	// ruleid: go-weak-cipher
	make := des.NewCipher
	for i := 0; i < len(from); i += 16 {
		// ruleid: go-weak-cipher
		block.Encrypt(to[i:i+16], from[i:i+16])
	}
	// ok: go-weak-cipher
	other := aes.NewCipher
	// ok: go-weak-cipher
	cipher.NewCTR(block, from[:16]).XORKeyStream(to, from)
	use(make, other)
}
