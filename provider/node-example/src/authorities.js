// The certificate authorities that TLS trusts. Node.js has a built-in list and
// ignores SSL_CERT_FILE, by which an operator adds a company's authority. A host
// passes that variable on.

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import tls from "node:tls";

/** Returns the settings of TLS, or throws if the file cannot be read. */
export function trust({ SSL_CERT_FILE: file }) {
  if (!file) return tls.createSecureContext();
  const added = readFileSync(file);
  new X509Certificate(added); // throws if there is none, which tls passes over
  return tls.createSecureContext({ ca: [...tls.rootCertificates, added] });
}
