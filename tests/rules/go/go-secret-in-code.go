package tokens

import (
	"crypto/aes"
	"crypto/hmac"
	"crypto/sha256"
	"os"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
	"github.com/gorilla/sessions"
)

var key = []byte("a-very-secret-word")

const word = "a-very-secret-word"

func sign(token *jwt.Token, text string) {
	// ruleid: go-secret-in-code
	token.SignedString([]byte("a-very-secret-word"))
	// ruleid: go-secret-in-code
	token.SignedString(key)
	// ruleid: go-secret-in-code
	token.SignedString([]byte(word))
	// ruleid: go-secret-in-code
	sessions.NewCookieStore([]byte("a-very-secret-word"))
	// ruleid: go-secret-in-code
	aes.NewCipher([]byte("0123456789abcdef"))
	// ruleid: go-secret-in-code
	hmac.New(sha256.New, []byte("a-very-secret-word"))
	// ok: go-secret-in-code
	token.SignedString([]byte(os.Getenv("TOKEN_KEY")))
	// ok: go-secret-in-code
	sessions.NewCookieStore([]byte(os.Getenv("TOKEN_KEY")))
	// ok: go-secret-in-code
	aes.NewCipher([]byte(text))
	// ok: go-secret-in-code
	hmac.New(sha256.New, []byte(text))
	mac := hmac.New(sha256.New, []byte(text))
	// ok: go-secret-in-code
	mac.Write([]byte("a-constant-text"))
	// ok: go-secret-in-code
	aes.NewCipher([]byte(""))
}

func parse(text string, store func() []byte) {
	jwt.Parse(text, func(token *jwt.Token) (interface{}, error) {
		// ruleid: go-secret-in-code
		return []byte("a-very-secret-word"), nil
	})
	jwt.Parse(text, func(token *jwt.Token) (interface{}, error) {
		// ok: go-secret-in-code
		return store(), nil
	})
}

func settings(text []byte) {
	// ruleid: go-secret-in-code
	use(jose.SigningKey{Algorithm: jose.HS256, Key: []byte("a-very-secret-word")})
	// ok: go-secret-in-code
	use(jose.SigningKey{Algorithm: jose.HS256, Key: text})
}
