package bootstrap

import (
	"fmt"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The limits of Crossplane's circuit breaker, which stops the reconciliation of
// a composite resource for five minutes when its resources change too often. An
// update of what it composes costs two tokens. Crossplane's own limits, 100 and
// 1, are too low for a new environment: tests/cluster measures that its parent alone
// needs a burst of 269 at 1 token per second, and 121 is the most at 10. The
// burst is that of the largest composite resource, 60 resources, when each is
// written eight times at once.
const (
	BreakerBurst      = 1000 // tokens
	BreakerRefillRate = 10   // tokens per second
)

// PollInterval is how often Crossplane looks at each Usage again. It watches neither of
// the two objects of a Usage, so it reads both and writes the used one each time: at
// Crossplane's own interval of a minute, a quarter of what a fleet at rest costs. A new
// or deleted Usage does not wait for it. Composite resources are not polled.
const PollInterval = "10m"

// Values returns the values of Crossplane's Helm chart in CrossplaneVersion: only the
// managed kinds of ActivationPolicy are active, the circuit breaker permits what an
// environment creates at once, and Usages are polled seldom.
func Values(options v1alpha1.Packages) Object {
	values := Object{
		"args": []any{
			fmt.Sprintf("--circuit-breaker-burst=%d", BreakerBurst),
			fmt.Sprintf("--circuit-breaker-refill-rate=%d", BreakerRefillRate),
			"--poll-interval=" + PollInterval,
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
