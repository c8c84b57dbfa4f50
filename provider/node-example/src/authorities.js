// The certificate authorities that TLS trusts. Node.js has a built-in list and
// ignores SSL_CERT_FILE, by which an operator adds a company's authority. A host
// passes that variable on.

import { readFileSync } from "node:fs";
import tls from "node:tls";

/** Returns the authorities to trust, in PEM, or undefined for Node.js's built-in list. */
export function readAuthorities({ SSL_CERT_FILE: file }) {
  return file ? [...tls.rootCertificates, readFileSync(file)] : undefined;
}
