package io.hongyan.gateway.webhook;

import java.net.UnknownHostException;

/**
 * A host's address is not on the public Internet, so that it is not called. Its message does not
 * say which address it is: whoever may set a webhook need not learn the company's network.
 */
final class AddressRefusedException extends UnknownHostException {

  private static final long serialVersionUID = 1L;

  AddressRefusedException(String host) {
    super("the address of %s is not on the public Internet".formatted(host));
  }
}
