package io.hongyan.gateway.batch;

import java.util.Iterator;
import java.util.List;

/** Gives each tester the batch's content. */
final class TesterReader implements RecipientReader {

  private final Iterator<String> openids;
  private final BatchContent content;
  private int line;

  TesterReader(List<String> openids, BatchContent content) {
    this.openids = openids.iterator();
    this.content = content;
  }

  @Override
  public boolean read(RecipientDraft draft) {
    if (!openids.hasNext()) {
      return false;
    }
    draft.start(++line);
    draft.openid = openids.next();
    content.fill(draft);
    return true;
  }
}
