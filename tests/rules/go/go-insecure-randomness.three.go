package tokens

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
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

func clocked() {
	// ruleid: go-insecure-randomness
	inviteToken := strconv.FormatInt(time.Now().UnixNano(), 36)
	// ok: go-insecure-randomness
	startedAt := strconv.FormatInt(time.Now().UnixNano(), 36)
	use(inviteToken, startedAt)
}
