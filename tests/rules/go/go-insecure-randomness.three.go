package tokens

import (
	"fmt"
	"math/rand/v2"
)

func color() string {
	// ok: go-insecure-randomness
	return fmt.Sprint(rand.IntN(256))
}

func apiKey() string {
	// ruleid: go-insecure-randomness
	secret := fmt.Sprint(rand.Uint64())
	// ruleid: go-insecure-randomness
	return secret
}
