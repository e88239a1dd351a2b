package harness

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// providerAWS is all of provider-aws in one program.
var providerAWS = program{
	name: "provider-aws", nested: "tests/cluster/provider",
	module: "github.com/upbound/provider-aws/v2", pkg: "github.com/upbound/provider-aws/v2/cmd/provider/monolith",
	flags: "-s -w",
}

// Poll is how often the provider looks at each resource in AWS.
const Poll = time.Minute

// ErrNotBuilt says that the provider is not in the cache. Its build takes up to
// an hour, so that nothing starts it but BuildProvider.
var ErrNotBuilt = errors.New("provider-aws is not built")

// BuildProvider builds the provider when the cache has none and gives its path.
func BuildProvider() (string, error) {
	m, err := newModules()
	if err != nil {
		return "", err
	}
	return m.build(providerAWS)
}

// ProviderBuilt gives the path of the provider in the cache, or ErrNotBuilt.
func ProviderBuilt() (string, error) {
	m, err := newModules()
	if err != nil {
		return "", err
	}
	path, err := m.path(providerAWS)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%w: %s", ErrNotBuilt, path)
	}
	return path, nil
}

// StartProvider starts provider-aws, with an emulator for AWS. It takes the kinds
// that are defined when it starts, and those that come later.
func (c *Cluster) StartProvider(aws *Emulator) error {
	var err error
	if c.programs[providerAWS.name], err = ProviderBuilt(); err != nil {
		return err
	}
	kubeconfig, err := c.kubeconfig(providerAWS.name)
	if err != nil {
		return err
	}
	return c.run(providerAWS.name, append(aws.Environment(), "KUBECONFIG="+kubeconfig), c.listens("provider-health"),
		"--certs-dir=", "--poll="+Poll.String(),
		"--webhook-port="+strconv.Itoa(c.port("provider-webhook")),
		"--metrics-bind-address="+c.address("provider-metrics"),
		"--health-probe-bind-addr="+c.address("provider-health"),
	)
}
