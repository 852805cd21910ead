package io.hongyan.bench.peer;

import java.io.IOException;

/** Bare POSTs of the same payload: what the HTTP calls alone cost. */
final class OkHttpPeer implements Peer {

  static final int USUAL_IN_FLIGHT = 100;

  private final OkHttpSender sender;
  private final Payload payload;
  private final Crew crew;

  OkHttpPeer(WeChatAccount account, int inFlight) throws IOException {
    this.sender = OkHttpSender.connect(account);
    this.payload = new Payload(account.templateId());
    this.crew = new Crew(inFlight, Thread.ofVirtual().name("call-", 0).factory());
  }

  @Override
  public Took run(Batch batch) throws PeerFailedException, InterruptedException {
    return crew.run(batch, message -> sender.send(payload.call(message)));
  }

  @Override
  public void close() {
    sender.close();
  }
}
