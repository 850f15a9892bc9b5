package tokens

import (
	"log"

	"github.com/golang-jwt/jwt/v5"
)

func first(text string, key jwt.Keyfunc) jwt.Claims {
	// ruleid: go-jwt-error-ignored
	token, _ := jwt.Parse(text, key)
	return token.Claims
}

func second(text string, key jwt.Keyfunc) jwt.Claims {
	claims := jwt.MapClaims{}
	// ruleid: go-jwt-error-ignored
	token, _ := jwt.ParseWithClaims(text, claims, key)
	return token.Claims
}

func third(text string, key jwt.Keyfunc) bool {
	// ok: go-jwt-error-ignored
	token, _ := jwt.Parse(text, key)
	if !token.Valid {
		return false
	}
	return true
}

func fourth(text string, key jwt.Keyfunc) (jwt.Claims, error) {
	// ok: go-jwt-error-ignored
	token, err := jwt.Parse(text, key)
	if err != nil {
		return nil, err
	}
	return token.Claims, nil
}

func fifth(text string, key jwt.Keyfunc) bool {
	// ok: go-jwt-error-ignored
	token, _ := jwt.Parse(text, key)
	return token != nil && token.Valid
}

func noted(text string, key jwt.Keyfunc) {
	// ruleid: go-jwt-error-ignored
	first, err := jwt.Parse(text, key)
	if err != nil {
		log.Println(err)
	}
	use(first.Claims)
	// ok: go-jwt-error-ignored
	second, err := jwt.Parse(text, key)
	if err != nil {
		log.Fatal(err)
	}
	use(second.Claims)
}
