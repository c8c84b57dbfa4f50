// Serves gRPC to the host that started this process. This folder has everything
// that a plugin in JavaScript needs, and nothing about payments.

import { writeSync } from "node:fs";
import path from "node:path";

import grpc from "@grpc/grpc-js";

import { makeCertificate } from "./certificate.js";
import { loadDefinitions } from "./definitions.js";
import { handshakeLine } from "./handshake.js";
import healthProto from "./health.proto";
import { Lifetime } from "./lifetime.js";
import { describeBug, levelOf, makeLogger } from "./log.js";
import pluginProto from "./plugin.proto";

const MAX_MESSAGE = 4 << 20;
const HEALTH_NAME = "plugin";

/**
 * Serves what `register(server, lifetime, log)` adds to the server, until the host
 * or a signal ends it.
 */
export async function serve(register, environment = process.env) {
  const log = makeLogger((line) => process.stderr.write(line), levelOf(environment));
  globalThis.console = new console.Console(process.stderr, process.stderr); // stdout has the handshake only
  endOnBugs(log);
  const lifetime = new Lifetime(environment, log);
  lifetime.watchSignals();
  lifetime.watchHost();

  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE,
    "grpc.max_send_message_length": MAX_MESSAGE,
  });
  registerOwnServices(server, lifetime);
  register(server, lifetime, log);

  const socket = path.join(environment.PLUGIN_UNIX_SOCKET_DIR || "/tmp", `provider-${process.pid}`);
  const { credentials, certificate } = security(environment.PLUGIN_CLIENT_CERT);
  await listen(server, `unix:${socket}`, credentials);
  writeSync(1, handshakeLine(socket, certificate));
}

/** Returns credentials for mutual TLS if the host sent a certificate, otherwise insecure ones. */
function security(hostCertificate) {
  if (!hostCertificate) return { credentials: grpc.ServerCredentials.createInsecure(), certificate: null };
  const own = makeCertificate();
  const pair = { private_key: Buffer.from(own.key), cert_chain: Buffer.from(own.certificate) };
  return {
    credentials: grpc.ServerCredentials.createSsl(Buffer.from(hostCertificate), [pair], true), // only the host may connect
    certificate: own.der,
  };
}

function listen(server, address, credentials) {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error) => (error ? reject(error) : resolve()));
  });
}

function registerOwnServices(server, lifetime) {
  const definitions = loadDefinitions(healthProto, pluginProto);
  server.addService(definitions["grpc.health.v1.Health"], {
    Check(call, answer) {
      if (call.request.service === HEALTH_NAME || call.request.service === "") answer(null, { status: "SERVING" });
      else answer({ code: grpc.status.NOT_FOUND, details: "there is no such service" });
    },
  });
  server.addService(definitions["plugin.GRPCController"], {
    Shutdown(call, answer) {
      answer(null, {});
      lifetime.shutDown();
    },
  });
}

/**
 * Ends the process after an error that nobody caught, since its state is unknown.
 * The host then treats the calls in flight as INDETERMINATE.
 */
function endOnBugs(log) {
  const end = (error) => {
    log.error("the plugin ends: an error was not caught", describeBug(error));
    process.exit(1);
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}
