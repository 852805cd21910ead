package io.hongyan.simulator.account;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Openids that were given one by one. */
public final class ListedOpenids implements OpenidSequence {

  private final List<String> openids;
  private final Map<String, Integer> places;

  /**
   * @param openids without repeats, in their order
   */
  public ListedOpenids(Collection<String> openids) {
    this.openids = List.copyOf(openids);
    this.places = HashMap.newHashMap(openids.size());
    for (int place = 0; place < this.openids.size(); place++) {
      places.put(this.openids.get(place), place);
    }
  }

  @Override
  public int size() {
    return openids.size();
  }

  @Override
  public String get(int place) {
    return openids.get(place);
  }

  @Override
  public int placeOf(String openid) {
    return places.getOrDefault(openid, -1);
  }
}
