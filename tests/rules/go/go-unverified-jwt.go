package tokens

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"
)

func claims(text string, key []byte) {
	parser := jwt.NewParser()
	// ruleid: go-unverified-jwt
	parser.ParseUnverified(text, jwt.MapClaims{})
	// ruleid: go-unverified-jwt
	jwt.NewWithClaims(jwt.SigningMethodNone, jwt.MapClaims{}).SignedString(jwt.UnsafeAllowNoneSignatureType)
}

func checked(text string, key []byte) {
	parser := jwt.NewParser()
	// ok: go-unverified-jwt
	jwt.Parse(text, func(token *jwt.Token) (any, error) { return key, nil })
	// ok: go-unverified-jwt
	parser.ParseWithClaims(text, jwt.MapClaims{}, func(token *jwt.Token) (any, error) { return key, nil })
	// ok: go-unverified-jwt
	jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{}).SignedString(key)
}

func peeked(text string, key []byte) error {
	// ok: go-unverified-jwt
	if _, _, err := jwt.NewParser().ParseUnverified(text, jwt.MapClaims{}); err != nil {
		return err
	}
	_, err := jwt.ParseWithClaims(text, jwt.MapClaims{}, func(token *jwt.Token) (any, error) { return key, nil })
	return err
}

func byHand(text string, claims any) {
	parts := strings.Split(text, ".")
	// ruleid: go-unverified-jwt
	body, _ := base64.RawURLEncoding.DecodeString(parts[1])
	json.Unmarshal(body, claims)
	cells := strings.Split(text, ",")
	// ok: go-unverified-jwt
	cell, _ := base64.RawURLEncoding.DecodeString(cells[1])
	json.Unmarshal(cell, claims)
	// ok: go-unverified-jwt
	if jwt.GetSigningMethod(text) == jwt.SigningMethodNone {
		return
	}
	// ruleid: go-unverified-jwt
	use(&oidc.Config{InsecureSkipSignatureCheck: true})
	// ok: go-unverified-jwt
	use(&oidc.Config{InsecureSkipSignatureCheck: false})
}
