package domain_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/compositions/components/domain"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

const zoneConfig = "prod-us-hosted-zone"

func lower(zone v1alpha1.HostedZoneSpec) []resource.Resource {
	return domain.Lower(
		lowered.Common(),
		v1alpha1.DomainSpec{FQDN: "domino.example.com", HostedZone: zone},
		v1alpha1.DomainStatus{ValidationName: "_a79865eb.domino.example.com.", ValidationValue: "_424c7224.acm-validations.aws."},
	)
}

func ownZone() []resource.Resource {
	return lower(v1alpha1.HostedZoneSpec{ID: "Z0123456789ABC"})
}

func zoneElsewhere() []resource.Resource {
	return lower(v1alpha1.HostedZoneSpec{ID: "Z0123456789ABC", ProviderConfig: zoneConfig})
}

func TestAZoneOfTheAccountIsAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "own-zone.yaml", ownZone())
}

func TestAZoneElsewhereIsAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "zone-elsewhere.yaml", zoneElsewhere())
}

func TestOnlyTheRecordGoesToTheZonesAccount(t *testing.T) {
	for _, r := range zoneElsewhere() {
		config, _, err := unstructured.NestedString(lowered.Content(t, r), "spec", "providerConfigRef", "name")
		require.NoError(t, err)
		if r.Key == "record" {
			require.Equal(t, zoneConfig, config)
		} else {
			require.Equal(t, "prod-us", config, r.Key)
		}
	}
}

func TestTheRecordIsWhatTheCertificateExports(t *testing.T) {
	exports := map[string]string{}
	for _, export := range ownZone()[0].Exports {
		exports[export.To] = export.From
	}
	require.Equal(t, map[string]string{
		"certificateARN":  "status.atProvider.arn",
		"validationName":  "status.atProvider.domainValidationOptions[0].resourceRecordName",
		"validationValue": "status.atProvider.domainValidationOptions[0].resourceRecordValue",
	}, exports)
}
