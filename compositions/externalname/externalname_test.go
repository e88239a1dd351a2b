package externalname_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/externalname"
)

func TestIdsThatAWSMakesBelongInGit(t *testing.T) {
	for _, kind := range []string{"VPC", "EIP", "Key", "FileSystem", "Certificate", "OpenIDConnectProvider", "PodIdentityAssociation"} {
		rule, known := externalname.Of(kind)
		require.True(t, known, kind)
		require.True(t, rule.InGit(), kind)
		require.True(t, rule.Fits(rule.Example), "%s: %s", kind, rule.Example)
	}
	for _, kind := range []string{"Cluster", "Bucket", "BucketPolicy", "Route", "AccessEntry", "Usage"} {
		rule, known := externalname.Of(kind)
		require.True(t, known, kind)
		require.False(t, rule.InGit(), kind)
		require.False(t, rule.Fits("vpc-0a1b2c3d4e5f60718"), kind)
	}
	_, known := externalname.Of("Nothing")
	require.False(t, known)
}

// An id is read from a cluster, and committed.
func TestNoIdHasWhatAReaderDoesNotSee(t *testing.T) {
	for _, kind := range []string{
		"VPC", "EIP", "FileSystem", "VPCEndpointSecurityGroupAssociation", "PodIdentityAssociation", "Key", "Plan", "Certificate", "OpenIDConnectProvider", "PullThroughCacheRule",
	} { // one of each form
		rule, _ := externalname.Of(kind)
		require.True(t, rule.Fits(rule.Example), kind)
		for _, hidden := range []string{"\x1b[31m", "\n", " ", "\u202e", "\u200b", "\"", "\\(x)", "##[", "\x00", "é"} {
			at := len(rule.Example) / 2
			for _, id := range []string{rule.Example + hidden, hidden + rule.Example, rule.Example[:at] + hidden + rule.Example[at:]} {
				require.False(t, rule.Fits(id), "%s: %q", kind, id)
			}
		}
	}
}

func TestAnIdIsHeldToTheFormOfItsKind(t *testing.T) {
	for _, c := range []struct {
		kind, id string
		fits     bool
	}{
		{"VPC", "vpc-0a1b2c3d", true},
		{"VPC", "subnet-0a1b2c3d", false},
		{"VPC", "vpc-", false},
		{"VPC", "vpc-0A1B2C3D", false},
		{"VPCIPv4CidrBlockAssociation", "vpc-cidr-assoc-0a1b2c3d4e5f60718", true},
		{"VPC", "vpc-cidr-assoc-0a1b2c3d4e5f60718", false},
		{"Key", "1234abcd-12ab-34cd-56ef-1234567890ab", true},
		{"Key", "mrk-1234abcd12ab34cd56ef1234567890ab", true},
		{"Key", "alias/prod-us", false},
		{"Certificate", "arn:aws:acm:us-west-2:123456789012:certificate/1", true},
		{"Certificate", "arn:aws:iam::123456789012:role/x", false},
	} {
		rule, _ := externalname.Of(c.kind)
		require.Equal(t, c.fits, rule.Fits(c.id), "%s %s", c.kind, c.id)
	}
}
