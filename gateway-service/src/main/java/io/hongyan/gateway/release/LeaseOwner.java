package io.hongyan.gateway.release;

import java.util.UUID;
import org.springframework.stereotype.Component;

/** Names the holders of leases, unlike those of any other gateway or an earlier run of this one. */
@Component
class LeaseOwner {

  private final String gateway =
      "%d-%s"
          .formatted(ProcessHandle.current().pid(), UUID.randomUUID().toString().substring(0, 8));

  /** The name of one of this gateway's workers, for {@code batch.released_by}. */
  String of(String worker) {
    return gateway + "/" + worker;
  }
}
