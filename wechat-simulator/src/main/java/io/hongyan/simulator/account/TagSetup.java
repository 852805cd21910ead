package io.hongyan.simulator.account;

/**
 * A tag that an account begins with.
 *
 * @param openids followers that carry it
 */
public record TagSetup(int id, String name, OpenidSequence openids) {}
