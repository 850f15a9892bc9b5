package tokens

import (
	"crypto/rand"
	"fmt"
	"math/big"
)

func sessionToken() string {
	number, _ := rand.Int(rand.Reader, big.NewInt(1000000))
	// ok: go-insecure-randomness
	token := fmt.Sprint(number)
	// ok: go-insecure-randomness
	secret := rand.Text()
	// ok: go-insecure-randomness
	return token + secret
}
