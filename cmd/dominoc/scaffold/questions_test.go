package scaffold

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNewProposesZonesThatExist(t *testing.T) {
	for region, want := range map[string][2]string{
		"us-west-2":      {"us-west-2a,us-west-2b,us-west-2c", "us-west-2a,us-west-2b,us-west-2c"},
		"ca-central-1":   {"ca-central-1a,ca-central-1b,ca-central-1d", "ca-central-1a,ca-central-1b,ca-central-1d"},
		"ap-northeast-1": {"ap-northeast-1a,ap-northeast-1c,ap-northeast-1d", "ap-northeast-1a,ap-northeast-1c,ap-northeast-1d"},
		"us-west-1":      {"us-west-1a", "us-west-1a,us-west-1b"},
		"us-gov-west-1":  {"us-gov-west-1a,us-gov-west-1b,us-gov-west-1c", "us-gov-west-1a,us-gov-west-1b,us-gov-west-1c"},
		"":               {"", ""},
	} {
		n := &Draft{Answers: Answers{"region": region}}
		require.Equal(t, want, [2]string{nodeZones(n), controlPlaneZones(n)}, region)
	}
}
