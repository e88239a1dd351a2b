// Command redis serves miniredis on an address. Argo CD's programs hand manifests
// and the state of the cluster to each other through redis, which is a C program,
// so that no module has it. What is in there may be lost: they find it out again.
package main

import (
	"log"
	"os"
	"time"

	"github.com/alicebob/miniredis/v2"
)

func main() {
	redis := miniredis.NewMiniRedis()
	if err := redis.StartAddr(os.Args[1]); err != nil {
		log.Fatal(err)
	}
	for range time.Tick(time.Second) {
		redis.FastForward(time.Second) // it has a clock of its own: without, nothing ever expires
	}
}
