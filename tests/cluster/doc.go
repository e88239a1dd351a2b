// Package cluster holds tests on a real management cluster.
package cluster
