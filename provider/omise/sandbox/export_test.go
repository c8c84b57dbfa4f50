package sandbox

// Sign is exported for a test against a vector made elsewhere.
var Sign = sign
