// Command dominoc compiles Domino environment files into Crossplane manifests.
package main

import (
	"context"
	"os"
	"os/signal"
	"time"

	"github.com/dominoc/dominoc/cmd/dominoc/cli"
)

func main() {
	cli.TuneMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	today := time.Now().UTC().Format(time.DateOnly)
	code := cli.Run(ctx, os.Args[1:], cli.Streams{Out: os.Stdout, Err: os.Stderr, In: os.Stdin, Today: today})
	stop()
	os.Exit(code)
}
