package bootstrap

import (
	"fmt"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The limits of Crossplane's circuit breaker, which stops the reconciliation of
// a composite resource for five minutes when its resources change too often. An
// update costs two tokens and a new kind registers a watch per resource, so that
// a new environment would open it at Crossplane's own 100 and 1.
const (
	BreakerBurst      = 2000 // tokens
	BreakerRefillRate = 20   // tokens per second
)

// Values are those of Crossplane's Helm chart in CrossplaneVersion: no managed
// kind is active but those of ActivationPolicy, and the circuit breaker bears
// what an environment makes at once.
func Values(options v1alpha1.Packages) Object {
	values := Object{
		"args": []any{
			fmt.Sprintf("--circuit-breaker-burst=%d", BreakerBurst),
			fmt.Sprintf("--circuit-breaker-refill-rate=%d", BreakerRefillRate),
		},
		"provider": Object{"defaultActivations": []any{}},
	}
	if options.Mirror != "" {
		values["image"] = Object{"repository": options.Mirror + "/crossplane/crossplane"}
	}
	if options.PullSecret != "" {
		values["imagePullSecrets"] = []any{options.PullSecret}
	}
	return values
}
