module sale

go 1.26

require github.com/omise/omise-go v1.6.0
