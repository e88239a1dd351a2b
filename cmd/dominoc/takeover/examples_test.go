package takeover_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
	"github.com/dominoc/dominoc/tests/installation"
)

// Whatever the modules' variables ask for, all that they made can be taken, but for the key
// of another owner. Rules and buckets of parts that an environment does not have, such as a
// bastion's, stay.
func TestAllPartsOfEachExampleAreTaken(t *testing.T) {
	installations := map[string]*installation.Installation{
		"GovCloud":        installation.New("some", installation.Region("us-gov-west-1")),
		"no KMS":          installation.New("some", installation.NoKMS(), installation.Provider6()),
		"elastic":         installation.New("some", installation.Throughput("elastic")),
		"more tags":       installation.New("some", installation.Tags(map[string]string{"team": "ds", "stage": "production"})),
		"the network too": installation.New("some", installation.ExistingVPC(), installation.NoPodRange()),
	}
	for _, name := range installation.Examples() {
		installations[name] = installation.Example(name, installation.Zones(3))
	}
	for _, name := range []string{"dataplane", "fips-on", "only-efs-storage"} { // not as they are
		delete(installations, name)
	}
	for name, made := range installations {
		t.Run(name, func(t *testing.T) {
			parts := takeover.Parts()
			if name == "kms-byok" {
				parts = slices.DeleteFunc(parts, func(p takeover.Part) bool { return p == takeover.Key })
			}
			taken := empty(t, made.Files()...).decide(t, takeover.Options{FQDN: fqdn, Parts: parts})
			require.True(t, taken.Proven(), "%s", taken.Report.In("text"))
		})
	}
}
