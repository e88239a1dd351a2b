// Command dominoc compiles Domino environment files into Crossplane manifests.
package main

import (
	"context"
	"os"
	"os/signal"
	"time"

	"github.com/dominoc/dominoc/cmd/dominoc/cli"
	"github.com/dominoc/dominoc/cmd/dominoc/process"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	now := time.Now()
	caches, _ := os.UserCacheDir() // without one nothing is kept
	code := cli.Run(ctx, os.Args[1:], cli.Streams{
		Out: os.Stdout, Err: os.Stderr, In: os.Stdin,
		Today:   now.UTC().Format(time.DateOnly),
		Caches:  caches,
		Process: process.New(now),
	})
	stop()
	os.Exit(code)
}
