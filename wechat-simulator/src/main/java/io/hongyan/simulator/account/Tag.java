package io.hongyan.simulator.account;

/**
 * A tag as {@code tags/get} shows it.
 *
 * @param count how many followers carry it
 */
public record Tag(int id, String name, int count) {}
