// Package helmtestserver stands where Flux's module of that name would. Only
// tests of source-controller import it, which nobody runs here, and the checksum
// database has no line for the version that they ask for, so that go mod tidy
// could not end.
package helmtestserver
