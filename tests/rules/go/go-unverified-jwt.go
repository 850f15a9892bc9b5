package tokens

import "github.com/golang-jwt/jwt/v5"

func claims(text string, key []byte) {
	parser := jwt.NewParser()
	// ruleid: go-unverified-jwt
	parser.ParseUnverified(text, jwt.MapClaims{})
	// ruleid: go-unverified-jwt
	jwt.NewWithClaims(jwt.SigningMethodNone, jwt.MapClaims{}).SignedString(jwt.UnsafeAllowNoneSignatureType)
	// ok: go-unverified-jwt
	jwt.Parse(text, func(token *jwt.Token) (any, error) { return key, nil })
	// ok: go-unverified-jwt
	parser.ParseWithClaims(text, jwt.MapClaims{}, func(token *jwt.Token) (any, error) { return key, nil })
	// ok: go-unverified-jwt
	jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{}).SignedString(key)
}
