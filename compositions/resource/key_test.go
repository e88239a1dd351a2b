package resource_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func TestAKeyThatFitsIsLeftAlone(t *testing.T) {
	require.Equal(t, "peer-private-z0-office", resource.Within(22, "peer-private-z0-office"))
}

func TestKeysThatDoNotFitAreCutAndStayApart(t *testing.T) {
	one := resource.Within(22, "peer-control-plane-shared-services-east")
	two := resource.Within(22, "peer-control-plane-shared-services-west")
	require.Len(t, one, 22)
	require.True(t, strings.HasPrefix(one, "peer-control-pl-"), one)
	require.NotEqual(t, one, two)
	require.Len(t, resource.Within(resource.PoolRoom, "z0-a-long-key"), resource.PoolRoom)
}

func TestTheLongestNamesHave63Characters(t *testing.T) {
	environment := strings.Repeat("e", 32)
	name := func(component string, room int) string {
		return v1alpha1.ObjectName(environment, component, strings.Repeat("k", room))
	}
	require.Len(t, name("network", resource.Room("network")), 63)
	require.Len(t, name(strings.Repeat("p", 20), resource.PoolRoom), 63)
}
